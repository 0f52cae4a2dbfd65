// Search, theme, the language of the code, copying, and the sandbox button; everything else of the page works without it.
const one = (query) => document.querySelector(query);
const all = (query) => [...document.querySelectorAll(query)];
const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const keep = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing shows the page all the same.
  }
};

const showCode = (language) => {
  document.body.dataset.code = language;
  one(`input[name=code][value=${language}]`).checked = true;
};
showCode(kept("docs-code") === "curl" ? "curl" : "ts");
for (const input of all("input[name=code]"))
  input.addEventListener("change", () => {
    showCode(input.value);
    keep("docs-code", input.value);
  });

const isDark = () =>
  getComputedStyle(document.documentElement).colorScheme === "dark" ||
  (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
const theme = kept("docs-theme");
if (theme) document.documentElement.dataset.theme = theme;
one("#theme").addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  keep("docs-theme", next);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const shown = [...button.parentElement.querySelectorAll("pre")].find((pre) => pre.offsetParent !== null);
  await navigator.clipboard.writeText(shown.textContent);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
});

one("#others").addEventListener("change", (event) => document.body.classList.toggle("others", event.target.checked));

// A link to something that is folded up, or hidden, unfolds it.
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[data-others]")) {
    document.body.classList.add("others");
    one("#others").checked = true;
  }
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();

if (matchMedia("(max-width: 60rem)").matches) one("#menu").open = false;
const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
const watching = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id)?.setAttribute("aria-current", "true");
    }
  },
  { rootMargin: "-15% 0px -75% 0px" },
);
for (const part of all(".part")) watching.observe(part);

const find = one("#find");
const search = () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  document.body.classList.toggle("finding", words.length > 0);
  let count = 0;
  for (const item of all("[data-find]")) {
    const isHit = words.every((word) => item.dataset.find.includes(word));
    item.classList.toggle("hides", !isHit);
    if (isHit && words.length > 0 && item.offsetParent === null) item.closest("details.all")?.setAttribute("open", "");
    if (isHit && (document.body.classList.contains("others") || !item.closest("[data-others]"))) count++;
  }
  for (const group of all(".capability, .part")) {
    const items = [...group.querySelectorAll("[data-find]")];
    group.classList.toggle(
      "hides",
      items.every((item) => item.classList.contains("hides")) &&
        !(words.length > 0 && group.querySelector("h2")?.textContent.toLowerCase().includes(words.join(" "))),
    );
  }
  one("#found").textContent = words.length === 0 ? "" : count === 0 ? "Nothing is called so." : `${count} found; Escape shows all again`;
};
find.addEventListener("input", search);
find.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    find.value = "";
    search();
  }
  if (event.key !== "Enter") return;
  const first = all("[data-find]:not(.hides)").find((item) => item.offsetParent !== null);
  if (!first) return;
  first.setAttribute("open", "");
  (first.querySelector("summary") ?? first).focus();
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  find.focus();
});

const make = one("#make-button");
const told = one("#make-told");
const show = (sandbox) => {
  const rows = [
    ["PIGEONHOLE_URL", sandbox.url],
    ["PIGEONHOLE_KEY, of the shop", sandbox.shopKey],
    ["Key of the carrier", sandbox.carrierKey],
    ["STATION", sandbox.station],
  ];
  one("#made").replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
  one("#made").hidden = false;
};
make.addEventListener("click", async () => {
  make.disabled = true;
  told.textContent = "A database, a backend, a station and its cabinet are being started…";
  try {
    const answer = await fetch("/api/sandboxes", { method: "POST" });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.code === "no_such_route" ? "This network offers no sandboxes." : (body.detail ?? body.title));
    show(body);
    told.textContent = "It is ready. Copy these now: the keys are shown once.";
  } catch (error) {
    told.textContent = error instanceof TypeError ? "The network cannot be reached. Try again in a moment." : error.message;
  }
  make.disabled = false;
});
