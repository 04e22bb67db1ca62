// The lower edge of a phone: words, voice, the account's menu, and the tools behind the plus.

import { fillMenu } from "./menu.js";
import { TalkButton } from "./voice.js";

const MAX_PHOTO_BYTES = 20 * 1024 * 1024;
const MAX_HEIGHT_PX = 110;

// What the tools send; a tool with nothing here sends the simulator's own sample.
const SAMPLES = {
  link: { title: "关于评议的通知", description: "点开看看怎么参加", url: "https://www.gov.cn/" },
  other: { kind: "sticker" },
};

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.root = phone.find(".composer");
    this.words = this.find(".words");
    this.menuRow = this.find(".menu-row");
    this.menuWritten = "[]";
    this.words.addEventListener("input", () => this.sizeWords());
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.say();
      }
    });
    this.onClick(".send", () => this.say());
    this.onClick(".to-voice", () => this.setMode("voice"));
    this.onClick(".to-keyboard", () => this.setMode("words"));
    this.onClick(".to-menu", () => this.setMode("menu"));
    this.onClick(".to-panel", () => this.togglePanel());
    this.find(".pick-photo").addEventListener("change", (event) => this.sendPicked(event.target));
    for (const tool of this.root.querySelectorAll("[data-act]")) {
      tool.addEventListener("click", () => this.useTool(tool));
    }
    this.talk = new TalkButton(this.find(".talk"), phone.find(".talking"), this);
    this.setMode("words");
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  onClick(selector, act) {
    this.find(selector).addEventListener("click", act);
  }

  focus() {
    if (this.mode === "words" && !this.root.hidden) {
      this.phone.focus(this.words);
    }
  }

  say() {
    const text = this.words.value.trim();
    if (text) {
      this.words.value = "";
      this.sizeWords();
      this.phone.perform("say", { text }, text);
    }
  }

  sizeWords() {
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, MAX_HEIGHT_PX)}px`;
    const canSend = this.mode === "words" && this.words.value.trim() !== "";
    this.find(".send").hidden = !canSend;
    this.find(".to-panel").hidden = canSend || this.mode === "menu";
  }

  // One of "words", "voice", "menu".
  setMode(mode) {
    this.mode = mode;
    this.words.hidden = mode !== "words";
    this.find(".talk").hidden = mode !== "voice";
    this.menuRow.hidden = mode !== "menu";
    this.find(".to-voice").hidden = mode !== "words";
    this.find(".to-keyboard").hidden = mode === "words";
    this.find(".to-menu").hidden = mode === "menu" || this.menuWritten === "[]";
    this.root.classList.toggle("menu-mode", mode === "menu");
    this.togglePanel(false);
    this.sizeWords();
    this.focus();
  }

  togglePanel(open = this.find(".panel").hidden) {
    this.find(".panel").hidden = !open;
    if (open) {
      this.phone.scrollDown();
    }
  }

  useTool(tool) {
    this.togglePanel(false);
    this.phone.perform(tool.dataset.act, SAMPLES[tool.dataset.act] ?? {}, `[${tool.textContent}]`);
  }

  async sendPicked(input) {
    const [file] = input.files;
    this.togglePanel(false);
    if (file && file.size > MAX_PHOTO_BYTES) {
      this.phone.hint("照片太大，请选 20MB 以内的");
    } else if (file) {
      await this.phone.perform("photo", { content: await base64(file) }, "[照片]");
    }
    input.value = "";
  }

  async sendRecording(recording, seconds) {
    await this.phone.perform("voice", { content: await base64(recording), seconds }, "[语音]");
  }

  sendSampleVoice() {
    return this.phone.perform("voice", {}, "[示例语音]");
  }

  // A menu that has just appeared comes to the front, as it does on entering a chat.
  showMenu(menu) {
    const written = JSON.stringify(menu);
    if (written === this.menuWritten) {
      return;
    }
    const isNew = this.menuWritten === "[]";
    this.menuWritten = written;
    fillMenu(this.menuRow, menu, (name) => this.pressMenu(name));
    this.setMode(isNew ? "menu" : menu.length === 0 ? "words" : this.mode);
  }

  async pressMenu(label) {
    const told = await this.phone.perform("menu", { label });
    if (told?.opens) {
      this.phone.open(told.opens);
    }
  }
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",", 2)[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
