// What slides over a phone: codes to scan, one code to show, and everything seldom needed.

import { findScenes } from "./api.js";

const PAUSE_MS = 150;

function open(id) {
  return document.querySelector(`#${id}`).content.cloneNode(true);
}

export function scanSheet(phone) {
  const sheet = open("scan-sheet");
  const list = sheet.querySelector(".scenes");
  const words = sheet.querySelector(".find");
  let timer;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => fill(list, words.value, phone), PAUSE_MS);
  });
  words.addEventListener("keydown", (event) => event.key === "Enter" && list.querySelector("button")?.click());
  sheet.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const scene = event.target.scene.value.trim();
    if (scene) {
      phone.scan(scene, scene);
    }
  });
  fill(list, "", phone);
  return sheet;
}

async function fill(list, words, phone) {
  const { scenes, total } = await findScenes(words);
  const groups = new Map();
  for (const scene of scenes) {
    groups.set(scene.group, [...(groups.get(scene.group) ?? []), scene]);
  }
  const parts = [];
  for (const [group, members] of groups) {
    parts.push(say("h4", group), ...members.map((scene) => sceneRow(scene, phone)));
  }
  if (total === 0) {
    parts.push(say("p", words ? `没有找到“${words}”` : "没有可选的二维码，请在下面输入编号"));
  } else if (total > scenes.length) {
    parts.push(say("p", `还有 ${total - scenes.length} 个，多输入几个字来找`));
  }
  list.replaceChildren(...parts);
  list.scrollTop = 0;
}

function sceneRow({ scene, label }, phone) {
  const row = document.createElement("div");
  row.className = "scene";
  const scan = say("button", label);
  scan.type = "button";
  scan.append(say("small", scene));
  scan.addEventListener("click", () => phone.scan(scene, label));
  const show = say("button", "二维码");
  show.type = "button";
  show.className = "show-code";
  show.setAttribute("aria-label", `显示${label}的二维码`);
  show.addEventListener("click", () => phone.openCode(scene, label));
  row.append(scan, show);
  return row;
}

export function codeSheet(phone, scene, label) {
  const sheet = open("code-sheet");
  sheet.querySelector("h3").textContent = label;
  sheet.querySelector("img").src = `/demo/qr?scene=${encodeURIComponent(scene)}`;
  sheet.querySelector(".code-scene").textContent = scene;
  sheet.querySelector(".scan-this").addEventListener("click", () => phone.scan(scene, label));
  return sheet;
}

export function moreSheet(phone) {
  const sheet = open("more-sheet");
  for (const choice of sheet.querySelectorAll(".following-only")) {
    choice.hidden = !phone.owner.following;
  }
  sheet.querySelector(".openid").textContent = phone.openid;
  for (const other of phone.desk.others(phone)) {
    const choice = say("button", `换到${other.name}的手机`);
    choice.type = "button";
    choice.className = "other-phone";
    choice.addEventListener("click", () => {
      phone.closeSheet();
      phone.desk.takeInHand(other);
    });
    sheet.querySelector('[data-choice="add"]').before(choice);
  }
  const acts = {
    exchanges: () => phone.desk.showExchanges(),
    enter: () => phone.perform("report_location"),
    unfollow: () => phone.perform("unfollow"),
    add: () => phone.desk.add(),
    remove: () => phone.remove(),
  };
  for (const choice of sheet.querySelectorAll("[data-choice]")) {
    choice.addEventListener("click", () => {
      phone.closeSheet();
      acts[choice.dataset.choice]();
    });
  }
  return sheet;
}

function say(tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}
