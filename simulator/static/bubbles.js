// Draws one message. All words go in as text, never as markup.

const ACCOUNT = document.body.dataset.account;
let playing = null;

export function timeLine(at) {
  const moment = new Date(at * 1000);
  const clock = `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;
  const today = moment.toDateString() === new Date().toDateString();
  return make("p", "time", today ? clock : `${moment.getMonth() + 1}月${moment.getDate()}日 ${clock}`);
}

export function bubble(message, owner, phone) {
  if (message.kind === "notice") {
    return make("p", "notice", message.body.text);
  }
  if (message.kind === "template") {
    return templateCard(message.body, phone);
  }
  const mine = message.sender === "me";
  const row = make("div", `message ${mine ? "mine" : "theirs"}`);
  const avatar = make("span", "avatar", mine ? owner.name[0] : ACCOUNT[0]);
  avatar.classList.add(mine ? `colour-${owner.colour}` : "account");
  avatar.setAttribute("aria-hidden", "true");
  row.append(avatar, (CONTENTS[message.kind] ?? other)(message.body, phone));
  return row;
}

const CONTENTS = { text, voice, image, video, location: place, link: page, news };

function text(body, phone) {
  const box = make("div", "bubble");
  for (const piece of body.pieces) {
    box.append(piece.words === undefined ? link(piece, phone) : piece.words);
  }
  return box;
}

function link(piece, phone) {
  const tappable = make("button", "link", piece.label);
  tappable.type = "button";
  if (piece.fault) {
    tappable.classList.add("dead");
    tappable.title = `点了没有反应：${piece.fault}`;
  } else {
    tappable.addEventListener("click", () => (piece.url ? phone.open(piece.url) : phone.tap(piece)));
  }
  return tappable;
}

function voice(body) {
  const box = make("button", "bubble voice", body.seconds ? `${body.seconds}″` : "语音");
  box.type = "button";
  box.style.setProperty("--seconds", Math.min(body.seconds ?? 5, 60));
  box.setAttribute("aria-label", `播放语音 ${body.seconds ?? ""} 秒`);
  box.addEventListener("click", () => play(body.media_id, box));
  return box;
}

function play(mediaId, box) {
  const again = playing?.box === box;
  if (playing) {
    playing.sound.pause();
    playing.box.classList.remove("playing");
    playing = null;
  }
  if (again) {
    return;
  }
  const sound = new Audio(`/demo/media/${mediaId}`);
  playing = { sound, box };
  box.classList.add("playing");
  sound.addEventListener("ended", () => box.classList.remove("playing"));
  sound.play().catch(() => box.classList.remove("playing"));
}

function image(body, phone) {
  const box = make("a", "picture");
  const shown = make("img");
  shown.src = `/demo/media/${body.media_id}`;
  shown.alt = "照片";
  shown.addEventListener("load", () => phone.pictureArrived(shown.height));
  box.href = shown.src;
  box.target = "_blank";
  box.append(shown);
  return box;
}

function video(body) {
  const box = make("video", "picture");
  box.src = `/demo/media/${body.media_id}`;
  box.controls = true;
  box.preload = "metadata";
  return box;
}

function place(body) {
  const box = make("div", "bubble card");
  box.append(make("strong", "", body.label), make("small", "", `${body.latitude}，${body.longitude}`));
  box.append(make("span", "map"));
  return box;
}

function page(body) {
  const box = make("div", "bubble card");
  box.append(make("strong", "", body.title), make("small", "", body.description));
  return box;
}

function news(body, phone) {
  const box = make("button", "bubble card news");
  box.type = "button";
  if (body.picture) {
    const shown = make("img");
    shown.src = body.picture;
    shown.alt = "";
    box.append(shown);
  }
  box.append(make("strong", "", body.title), make("small", "", body.description));
  if (body.url) {
    box.addEventListener("click", () => phone.open(body.url));
  }
  return box;
}

function other(body) {
  return make("div", "bubble", body.text || "[消息]");
}

function templateCard(body, phone) {
  const card = make("div", "template");
  card.append(make("small", "template-kind", body.kind), make("strong", "", body.title));
  const rows = make("dl");
  for (const [label, value] of body.rows) {
    rows.append(make("dt", "", label), make("dd", "", value));
  }
  card.append(rows);
  if (body.url) {
    const more = make("button", "template-more", "详情");
    more.type = "button";
    more.addEventListener("click", () => phone.open(body.url));
    card.append(more);
  }
  return card;
}

function make(tag, className = "", words = "") {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  if (words) {
    element.textContent = words;
  }
  return element;
}
