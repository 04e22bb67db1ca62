// The account's menu: up to three buttons, each with up to five below it.

export function fillMenu(row, menu, press) {
  row.replaceChildren(...menu.map((entry) => holder(row, entry, press)));
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".menu-row")) {
    closeAll(document);
  }
});

function closeAll(root) {
  for (const list of root.querySelectorAll(".sub-menu")) {
    list.hidden = true;
  }
}

function holder(row, entry, press) {
  const box = document.createElement("div");
  const top = button(entry.name);
  box.append(top);
  const entries = entry.sub_button ?? [];
  if (entries.length === 0) {
    top.addEventListener("click", () => press(entry.name));
    return box;
  }
  const list = document.createElement("div");
  list.className = "sub-menu";
  list.hidden = true;
  list.append(...entries.map((sub) => subButton(list, sub.name, press)));
  top.classList.add("has-sub");
  top.addEventListener("click", () => {
    const open = list.hidden;
    closeAll(row);
    list.hidden = !open;
  });
  box.append(list);
  return box;
}

function subButton(list, name, press) {
  const one = button(name);
  one.addEventListener("click", () => {
    list.hidden = true;
    press(name);
  });
  return one;
}

function button(name) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  return made;
}
