// @ts-check
// Reads codes out of pictures beside the page, so that the page never stands still. Only loaded where the browser has
// no reader of its own.
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
