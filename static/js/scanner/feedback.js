// @ts-check
// Sound and vibration: the operator does not always look at the screen, and it may stand in the sun.
const TONES = {
  yes: [
    [880, 0, 0.09],
    [1320, 0.1, 0.14],
  ],
  again: [[660, 0, 0.12]],
  no: [
    [220, 0, 0.22],
    [180, 0.26, 0.3],
  ],
};
const SHAKES = { yes: [60], again: [40, 60, 40], no: [200, 80, 200] };

export class Feedback {
  constructor() {
    this.sound = true;
    // Browsers play no sound before a touch on the page.
    const wake = () => {
      const Context = window.AudioContext || /** @type {any} */ (window).webkitAudioContext;
      if (!Context) return;
      if (!this.context) this.context = new Context();
      if (this.context.state === "suspended") this.context.resume().catch(() => {});
    };
    ["pointerdown", "touchend", "keydown"].forEach((name) => document.addEventListener(name, wake));
  }

  /** @param {"yes" | "again" | "no"} kind */
  give(kind) {
    const touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && touched) navigator.vibrate(SHAKES[kind]);
    if (!this.sound || !this.context || this.context.state !== "running") return;
    TONES[kind].forEach(([frequency, from, length]) => {
      const start = this.context.currentTime + from;
      const tone = this.context.createOscillator();
      const volume = this.context.createGain();
      tone.type = kind === "no" ? "square" : "sine";
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(kind === "no" ? 0.2 : 0.5, start);
      volume.gain.exponentialRampToValueAtTime(0.01, start + length);
      tone.connect(volume);
      volume.connect(this.context.destination);
      tone.start(start);
      tone.stop(start + length);
    });
  }
}

/** Keep the screen on while the page is visible. */
export function stayAwake() {
  if (navigator.wakeLock && document.visibilityState === "visible")
    navigator.wakeLock.request("screen").catch(() => {});
}
