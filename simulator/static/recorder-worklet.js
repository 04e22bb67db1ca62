// Hands the microphone's samples on as they come.

class RecorderProcessor extends AudioWorkletProcessor {
  process([input]) {
    if (input.length > 0) {
      this.port.postMessage(input[0].slice());
    }
    return true;
  }
}

registerProcessor("recorder", RecorderProcessor);
