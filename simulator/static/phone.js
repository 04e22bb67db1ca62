// One phone: what it shows, and what its owner does with it.

import * as api from "./api.js";
import { bubble, timeLine } from "./bubbles.js";
import { Composer } from "./composer.js";
import { codeSheet, moreSheet, scanSheet } from "./sheets.js";

const POLL_MS = Number(document.body.dataset.pollMs);
const HIDDEN_POLL_MS = 5000;
const TIME_GAP_SECONDS = 300;
const HINT_MS = 3000;
const NEAR_END_PX = 80;

export class PhoneView {
  constructor(openid, desk) {
    this.openid = openid;
    this.desk = desk;
    this.last = 0;
    this.lastAt = 0;
    this.marks = 0;
    this.pendingScene = null;
    this.root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.chat = this.find(".chat");
    this.sheet = this.find(".sheet");
    this.composer = new Composer(this);
    this.find(".follow").addEventListener("click", () => this.follow());
    this.find(".more").addEventListener("click", () => this.openSheet(moreSheet(this)));
    for (const button of this.root.querySelectorAll(".scan")) {
      button.addEventListener("click", () => this.openSheet(scanSheet(this)));
    }
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  get name() {
    return this.owner.name;
  }

  // Load the phone's history; fails when the simulator does not know the phone.
  async start() {
    this.take(await api.messagesAfter(this.openid, 0));
    this.timer = setTimeout(() => this.poll(), POLL_MS);
  }

  async poll() {
    try {
      this.take(await api.messagesAfter(this.openid, this.last));
      this.root.classList.remove("offline");
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) {
        throw refusal;
      }
      this.root.classList.add("offline");
    }
    if (this.root.isConnected) {
      this.timer = setTimeout(() => this.poll(), document.hidden ? HIDDEN_POLL_MS : POLL_MS);
    }
  }

  // Do something and show what came of it. The own bubble stands there at once, greyed until it has arrived.
  async perform(act, wanted = {}, ownWords = null) {
    const mark = `${Date.now()}-${(this.marks += 1)}`;
    const waiting = ownWords === null ? null : this.showWaiting(ownWords, mark);
    this.closeSheet();
    try {
      const told = await api.act(this.openid, { ...wanted, act, mark, after: this.last });
      this.take(told);
      return told;
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) {
        throw refusal;
      }
      this.hint(refusal.message);
      return null;
    } finally {
      waiting?.remove();
      this.desk.pushed(this);
    }
  }

  showWaiting(words, mark) {
    const message = { sender: "me", kind: "text", body: { pieces: [{ words }] } };
    const element = bubble(message, this.owner, this);
    element.classList.add("waiting");
    element.dataset.mark = mark;
    this.chat.append(element);
    this.scrollDown();
    return element;
  }

  take({ phone, messages, menu }) {
    this.owner = phone;
    this.find(".owner").textContent = `${phone.name}的手机`;
    this.showFollowing(phone.following);
    this.composer.showMenu(phone.following ? menu : []);
    const atEnd = this.distanceToEnd() < NEAR_END_PX;
    const fresh = messages.filter((message) => message.id > this.last);
    for (const message of fresh) {
      this.append(message);
    }
    if (fresh.length > 0 && (atEnd || fresh.some((message) => message.sender === "me"))) {
      this.scrollDown();
    }
  }

  append(message) {
    if (message.body.mark) {
      this.chat.querySelector(`.waiting[data-mark="${message.body.mark}"]`)?.remove();
    }
    const waiting = this.chat.querySelector(".waiting");
    if (message.at - this.lastAt > TIME_GAP_SECONDS) {
      this.chat.insertBefore(timeLine(message.at), waiting);
    }
    this.chat.insertBefore(bubble(message, this.owner, this), waiting);
    this.last = message.id;
    this.lastAt = message.at;
  }

  scrollDown() {
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  // A picture has arrived and pushed the end of the chat out of sight: go after it, unless the owner reads above.
  pictureArrived(height) {
    if (this.distanceToEnd() < height + NEAR_END_PX) {
      this.scrollDown();
    }
  }

  distanceToEnd() {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight;
  }

  // A finger's keyboard would cover half the phone, so only a real one is waited for.
  focus(element) {
    if (this.root.isConnected && matchMedia("(hover: hover)").matches) {
      element?.focus({ preventScroll: true });
    }
  }

  hint(words) {
    const line = this.find(".hint");
    line.textContent = words;
    line.hidden = false;
    clearTimeout(this.hintTimer);
    this.hintTimer = setTimeout(() => (line.hidden = true), HINT_MS);
  }

  // ---- following and scanning

  showFollowing(following) {
    const wasHidden = this.chat.hidden;
    this.find(".profile").hidden = following;
    this.chat.hidden = !following;
    this.find(".composer").hidden = !following;
    if (following && wasHidden) {
      this.scrollDown();
    }
  }

  // Scan a code. Who does not follow yet sees the account first and may walk away, as on a real phone.
  async scan(scene, label) {
    this.closeSheet();
    if (this.owner.following) {
      await this.perform("scan", { scene });
      return;
    }
    this.pendingScene = scene;
    const line = this.find(".profile-scene");
    line.textContent = `扫到的二维码：${label}`;
    line.hidden = false;
    this.focus(this.find(".follow"));
  }

  async follow() {
    const scene = this.pendingScene;
    this.pendingScene = null;
    this.find(".profile-scene").hidden = true;
    this.find(".follow").disabled = true;
    await this.perform(scene === null ? "follow" : "scan", scene === null ? {} : { scene });
    this.find(".follow").disabled = false;
    this.composer.focus();
  }

  // ---- what can be tapped in the chat

  tap(piece) {
    this.perform("tap", { content: piece.content, menu_id: piece.menu_id }, piece.content);
  }

  // A page opened from this phone is opened by its owner, whom a web sign-in then recognises.
  async open(url) {
    const tab = window.open("", "_blank");
    await api.hold(this.openid);
    if (tab) {
      tab.opener = null;
      tab.location = url;
    } else {
      location.assign(url);
    }
  }

  // ---- sheets over the phone

  openSheet(content) {
    this.sheet.replaceChildren(content);
    this.sheet.hidden = false;
    this.sheet.querySelector(".close").addEventListener("click", () => this.closeSheet());
    this.sheet.onkeydown = (event) => event.key === "Escape" && this.closeSheet();
    this.focus(this.sheet.querySelector("input, button:not(.close)"));
  }

  openCode(scene, label) {
    this.openSheet(codeSheet(this, scene, label));
  }

  closeSheet() {
    this.sheet.hidden = true;
    this.sheet.replaceChildren();
  }

  async remove() {
    clearTimeout(this.timer);
    await api.removePhone(this.openid);
    await this.desk.remove(this);
  }
}
