// @ts-check
// Read codes in pictures, in a worker, so that the page never stands still. Loaded only if the browser has no reader
// of its own.
import decodeQR from "qr/decode.js";

self.onmessage = ({ data: { id, picture, patience } }) => {
  let text = "";
  try {
    text = decodeQR(picture, { timeLimit: patience });
  } catch {
    // no code in this picture
  }
  self.postMessage({ id, text });
};
