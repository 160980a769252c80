// One page at a time, by the address after '#': links, the back button and new tabs work as on any site.
const views = [...document.querySelectorAll(".view")];
const title = document.title;
let came = null;
async function route() {
  if (location.hash && !location.hash.startsWith("#/")) return;
  const [path, query] = location.hash.slice(1).split("?");
  const id = path.startsWith("/account/") ? decoded(path.slice(9)) : null;
  const at = id !== null ? "/account" : views.some((view) => view.id === path && path !== "/account") ? path : "/";
  if (at === "/accounts") apply(new URLSearchParams(query));
  if (id !== null) {
    const asked = location.hash;
    const details = await unpacked();
    if (location.hash !== asked) return; // gone on while they were unpacked
    show(at);
    accountPage(id, details);
  } else show(at);
  for (const link of document.querySelectorAll(".top nav a")) {
    const is = link.hash === `#${at}` || (at === "/account" && link.hash === "#/accounts");
    if (is) link.setAttribute("aria-current", link.hash === `#${at}` ? "page" : "true"); else link.removeAttribute("aria-current");
  }
  const head = byId(at).querySelector("h1");
  document.title = at === "/" ? title : `${head.textContent} · ${title}`;
  reach();
  arrive(at, head);
  document.documentElement.setAttribute("data-ready", "");
}
function show(at) {
  for (const view of views) view.hidden = view.id !== at;
}
// Coming back from an account, the row that was opened has the focus again; else the page's heading.
function arrive(at, head) {
  if (came !== null) {
    const back = at === "/accounts" && came.id ? [...body.children].find((line) => line.dataset.id === came.id)?.querySelector("a") : null;
    if (back) back.focus(); else { scrollTo({ top: 0, behavior: "instant" }); head.focus({ preventScroll: true }); }
  }
  came = { id: at === "/account" ? decoded(location.hash.slice(10)) : null };
}
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

// A table wider than its place can be scrolled by keys, too.
function reach() {
  for (const box of document.querySelectorAll(".scroll")) {
    const isWide = box.scrollWidth > box.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", `${box.dataset.title}: table`]]) {
      if (isWide) box.setAttribute(name, value); else box.removeAttribute(name);
    }
  }
}

setUp();
growthPage();
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("main").focus(); });
addEventListener("hashchange", route);
addEventListener("resize", reach);
route();
