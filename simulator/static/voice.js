// Hold to talk. Records through the microphone where the simulator can turn that into the platform's format
// and the browser allows it; otherwise the built-in clip is sent.

const RATE_HZ = 8000;
const MAX_SECONDS = 60;
const CAN_RECORD = document.body.dataset.canRecord === "true";

export class TalkButton {
  constructor(button, overlay, composer) {
    this.button = button;
    this.overlay = overlay;
    this.composer = composer;
    this.held = false;
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      this.press();
    });
    button.addEventListener("pointerup", () => this.release());
    button.addEventListener("pointercancel", () => this.release());
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("keydown", (event) => isPress(event) && !event.repeat && this.press());
    button.addEventListener("keyup", (event) => isPress(event) && this.release());
  }

  async press() {
    this.held = true;
    this.recorder = null;
    this.show("正在听…松开发送");
    if (!CAN_RECORD || !navigator.mediaDevices) {
      this.show("松开，发送示例语音");
      return;
    }
    try {
      const recorder = await Recorder.start();
      if (this.held) {
        this.recorder = recorder;
      } else {
        recorder.stop();
      }
    } catch {
      this.show("话筒用不了，松开发送示例语音");
    }
  }

  async release() {
    if (!this.held) {
      return;
    }
    this.held = false;
    this.overlay.hidden = true;
    this.button.classList.remove("held");
    if (!this.recorder) {
      await this.composer.sendSampleVoice();
      return;
    }
    const { wave, seconds } = this.recorder.stop();
    if (seconds < 0.5) {
      this.composer.phone.hint("说话时间太短");
      return;
    }
    await this.composer.sendRecording(wave, Math.min(Math.ceil(seconds), MAX_SECONDS));
  }

  show(words) {
    this.button.classList.add("held");
    this.overlay.firstElementChild.textContent = words;
    this.overlay.hidden = false;
  }
}

function isPress(event) {
  return event.key === "Enter" || event.key === " ";
}

class Recorder {
  static async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const context = new AudioContext();
    await context.audioWorklet.addModule("/demo/static/recorder-worklet.js");
    const recorder = new Recorder();
    const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => recorder.chunks.push(data);
    context.createMediaStreamSource(stream).connect(node);
    recorder.stream = stream;
    recorder.context = context;
    return recorder;
  }

  constructor() {
    this.chunks = [];
  }

  stop() {
    for (const track of this.stream.getTracks()) {
      track.stop();
    }
    const rate = this.context.sampleRate;
    this.context.close();
    const samples = slower(this.chunks, rate).slice(0, RATE_HZ * MAX_SECONDS);
    return { wave: waveFile(samples), seconds: samples.length / RATE_HZ };
  }
}

// Averages neighbouring samples down to the platform's rate.
function slower(chunks, rate) {
  const all = new Float32Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let place = 0;
  for (const chunk of chunks) {
    all.set(chunk, place);
    place += chunk.length;
  }
  const step = rate / RATE_HZ;
  const samples = new Int16Array(Math.floor(all.length / step));
  for (let index = 0; index < samples.length; index += 1) {
    const from = Math.floor(index * step);
    const to = Math.max(from + 1, Math.floor((index + 1) * step));
    let sum = 0;
    for (let at = from; at < to; at += 1) {
      sum += all[at];
    }
    samples[index] = Math.max(-1, Math.min(1, sum / (to - from))) * 32767;
  }
  return samples;
}

function waveFile(samples) {
  const head = new DataView(new ArrayBuffer(44));
  const words = (at, text) => [...text].forEach((letter, index) => head.setUint8(at + index, letter.charCodeAt(0)));
  const bytes = samples.length * 2;
  words(0, "RIFF");
  head.setUint32(4, 36 + bytes, true);
  words(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, RATE_HZ, true);
  head.setUint32(28, RATE_HZ * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  words(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, samples], { type: "audio/wav" });
}
