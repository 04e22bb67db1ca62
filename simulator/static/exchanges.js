// The strip for the curious: what went over the wire for the phone in hand.

import { exchangesAfter } from "./api.js";

const OUTCOMES = {
  reply: "有回复",
  silent: "无回复",
  broken: "回复无效",
  unanswered: "没有回答",
  dropped: "暂停推送",
};
const MAX_SHOWN = 50;
const REFRESH_MS = 2000;

export class ExchangeStrip {
  constructor(root) {
    this.root = root;
    this.toggle = root.querySelector(".exchanges-toggle");
    this.list = root.querySelector(".exchanges-list");
    this.toggle.addEventListener("click", () => this.setOpen(this.list.hidden));
  }

  open() {
    this.setOpen(true);
    this.root.scrollIntoView({ block: "end" });
  }

  setOpen(open) {
    this.list.hidden = !open;
    clearInterval(this.timer);
    if (open) {
      this.timer = setInterval(() => this.refresh(this.openid), REFRESH_MS);
    }
    this.toggle.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("exchanges-open", open);
  }

  async show(openid, name) {
    if (openid === this.openid) {
      return;
    }
    this.openid = openid;
    this.last = 0;
    this.list.replaceChildren();
    this.root.querySelector(".exchanges-title").textContent = `交换记录 · ${name}的手机`;
    this.root.querySelector(".exchanges-last").textContent = "还没有";
    await this.refresh(openid);
  }

  async refresh(openid) {
    if (openid !== this.openid) {
      return;
    }
    const fresh = await exchangesAfter(openid, this.last);
    for (const exchange of fresh) {
      if (openid === this.openid && exchange.id > this.last) {
        this.last = exchange.id;
        this.list.prepend(entry(exchange));
        this.root.querySelector(".exchanges-last").textContent = summary(exchange);
      }
    }
    while (this.list.children.length > MAX_SHOWN) {
      this.list.lastElementChild.remove();
    }
  }
}

function summary(exchange) {
  const took = exchange.attempts.reduce((sum, attempt) => sum + attempt.elapsed_ms, 0);
  const parts = [kindOf(exchange.request_xml), OUTCOMES[exchange.outcome], `${took.toFixed(0)} 毫秒`];
  if (exchange.attempts.length > 1) {
    parts.push(`推送 ${exchange.attempts.length} 次`);
  }
  if (exchange.complaints.length > 0) {
    parts.push(`${exchange.complaints.length} 处不合规定`);
  }
  return parts.join(" · ");
}

function kindOf(xml) {
  const root = new DOMParser().parseFromString(xml, "text/xml");
  const read = (name) => root.querySelector(name)?.textContent ?? "";
  return read("Event") || read("Content").slice(0, 12) || read("MsgType");
}

function entry(exchange) {
  const box = document.createElement("details");
  const head = document.createElement("summary");
  const clock = new Date(exchange.at * 1000).toLocaleTimeString("zh-CN", { hour12: false });
  head.append(say("time", clock), say("span", summary(exchange)));
  box.classList.toggle("bad", exchange.complaints.length > 0);
  box.append(head);
  // Filled when first opened: a long history must not make the page heavy.
  box.addEventListener("toggle", () => fill(box, exchange), { once: true });
  return box;
}

function fill(box, exchange) {
  if (exchange.complaints.length > 0) {
    const list = document.createElement("ul");
    list.append(...exchange.complaints.map((words) => say("li", words)));
    box.append(list);
  }
  const grid = document.createElement("div");
  grid.className = "exchange-grid";
  grid.append(part("推送的内容", pretty(exchange.request_xml)));
  grid.append(part("回复的内容", pretty(exchange.reply_xml) || "（空）"));
  exchange.attempts.forEach((attempt, index) => {
    const turn = exchange.attempts.length > 1 ? `第 ${index + 1} 次` : "";
    grid.append(part(`${turn}实际发出 · ${attempt.elapsed_ms} 毫秒`, attempt.sent));
    const got = attempt.problem ?? `HTTP ${attempt.status}\n\n${attempt.answer}`;
    grid.append(part(`${turn}实际收到`, got));
  });
  box.append(grid);
}

function part(title, words) {
  const box = document.createElement("section");
  box.append(say("h4", title), say("pre", words));
  return box;
}

// One element a line; CDATA shown as plain words.
function pretty(xml) {
  if (!xml) {
    return "";
  }
  const root = new DOMParser().parseFromString(xml, "text/xml").documentElement;
  if (root.querySelector("parsererror")) {
    return xml;
  }
  return lines(root, 0).join("\n");
}

function lines(node, depth) {
  const space = "  ".repeat(depth);
  if (node.children.length === 0) {
    return [`${space}<${node.tagName}>${node.textContent}</${node.tagName}>`];
  }
  const inner = [...node.children].flatMap((child) => lines(child, depth + 1));
  return [`${space}<${node.tagName}>`, ...inner, `${space}</${node.tagName}>`];
}

function say(tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}
