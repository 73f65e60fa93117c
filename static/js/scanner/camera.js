// @ts-check
// Codes from the camera and from photos: read by the browser's own reader if it has one, else by ours in a worker.
const FRAME = 640; // pixels of the longer side of a picture that is read
const PAUSE = 80; // milliseconds between two pictures: an old phone has to stay cool
const GONE_AFTER = 2000; // milliseconds after which a code that comes back is a new one

/** The reader of codes in pictures; created on first use. */
export class Reader {
  /** @param {string} workerUrl the address of decoder.js */
  constructor(workerUrl) {
    this.workerUrl = workerUrl;
    /** @type {Worker | undefined} */
    this.worker = undefined;
    /** @type {HTMLCanvasElement | undefined} */
    this.canvas = undefined;
    this.answers = new Map();
    this.count = 0;
  }

  async native() {
    if (this.detector !== undefined) return this.detector;
    this.detector = null;
    try {
      const { BarcodeDetector } = /** @type {any} */ (window); // too new for the library of types
      if (BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
        this.detector = new BarcodeDetector({ formats: ["qr_code"] });
      }
    } catch {
      // listed, but missing
    }
    return this.detector;
  }

  /** Return the text of a code in the video or image, or undefined. */
  async read(source, width, height, { size = FRAME, patience = 60 } = {}) {
    const detector = await this.native();
    if (detector) {
      try {
        const [code] = await detector.detect(source);
        return code ? code.rawValue : "";
      } catch {
        this.detector = null; // it is listed and does not work: use ours
      }
    }
    const scale = Math.min(1, size / Math.max(width, height));
    if (!this.canvas) this.canvas = document.createElement("canvas");
    const { canvas } = this;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return this.ask({ width: canvas.width, height: canvas.height, data }, patience);
  }

  ask(picture, patience) {
    if (!this.worker) {
      this.worker = new Worker(this.workerUrl);
      this.worker.onmessage = ({ data: { id, text } }) => {
        this.answers.get(id)(text);
        this.answers.delete(id);
      };
      this.worker.onerror = () => {
        this.answers.forEach((answer) => answer(""));
        this.answers.clear();
      };
    }
    this.count += 1;
    const id = this.count;
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      this.worker.postMessage({ id, picture, patience }, [picture.data.buffer]);
    });
  }

  /** Return the text of a code in a photo, tried in several sizes, or undefined. */
  async readPhoto(file) {
    const url = URL.createObjectURL(file);
    try {
      const image = new Image();
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = reject;
        image.src = url;
      });
      for (const size of [1000, 1800, 600]) {
        const text = await this.read(image, image.naturalWidth, image.naturalHeight, { size, patience: 1000 });
        if (text) return text;
      }
    } catch {
      // not a picture
    } finally {
      URL.revokeObjectURL(url);
    }
    return "";
  }
}

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {Reader} reader
   * @param {{seen: (text: string) => void, trouble: (why: string) => void}} events `seen`: a code has come into view;
   *   `trouble`: insecure | denied | missing | busy, or "" when the camera runs
   */
  constructor(video, reader, { seen, trouble }) {
    this.video = video;
    this.reader = reader;
    this.seen = seen;
    this.trouble = trouble;
    this.starting = false;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.text = "";
    this.at = 0;
  }

  async start() {
    if (this.stream || this.starting) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      this.trouble("insecure");
      return;
    }
    this.starting = true;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      this.video.srcObject = this.stream;
      this.stream.getVideoTracks()[0].onended = () => this.stop();
      await this.video.play();
      this.trouble("");
      this.look();
    } catch (error) {
      this.stop();
      const why = {
        NotAllowedError: "denied",
        SecurityError: "denied",
        NotFoundError: "missing",
        OverconstrainedError: "missing",
      };
      this.trouble(why[error.name] || "busy");
    } finally {
      this.starting = false;
    }
  }

  stop() {
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  async look() {
    while (this.stream) {
      const { video } = this;
      let text = "";
      if (video.readyState >= 2 && video.videoWidth) {
        text = await this.reader.read(video, video.videoWidth, video.videoHeight).catch(() => "");
      }
      if (text && this.stream) this.notice(text);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** Scan a card that stays before the camera only once. */
  notice(text) {
    const now = Date.now();
    const stays = text === this.text && now - this.at < GONE_AFTER;
    this.text = text;
    this.at = now;
    if (!stays) this.seen(text);
  }
}
