// How figures and days read, and how an element is made: text goes in as text, so that no name is ever markup.
const make = (tag, attributes = {}, ...children) => {
  const node = tag === "svg" || tag === "rect" || tag === "line" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
  return node;
};
const byId = (id) => document.getElementById(id);
const isKnown = (value) => value !== undefined && value !== null;
// Halves go to the even digit, as in the other files of the list: the same figure must read the same everywhere.
const rounded = (digits, least = 0) => new Intl.NumberFormat("en-US", { maximumFractionDigits: digits, minimumFractionDigits: least, roundingMode: "halfEven" });
const whole = rounded(0), tenth = rounded(1), fixed = rounded(1, 1);
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const count = (value) => whole.format(value);
const number = (value) => (Math.abs(value) < 100 ? tenth : whole).format(value);
const counted = (value, noun) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
const dollars = (value) => `${value < -0.5 ? "-" : ""}$${Math.abs(value) >= 1e7 ? `${fixed.format(Math.abs(value) / 1e6)}M` : whole.format(Math.abs(value))}`;
// A chance in whole percent, never rounded to certainty; a notice that was given is no chance: it reads 100%, or 0% before its term ends.
const share = (value) => (value > 0.99 ? ">99%" : value < 0.01 ? "<1%" : `${whole.format(100 * value)}%`);
const chance = (row) => (row.band === NOTICE ? `${Math.round(100 * row.chance)}%` : share(row.chance));
const times = (value) => `${fixed.format(value)}×`;
const signed = (value) => `${value > 0 ? "+" : value < 0 ? "-" : ""}${fixed.format(100 * Math.abs(value))}`;
const day = (iso) => `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;
const month = (iso) => `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;
const seconds = (iso) => Date.parse(`${iso}T00:00:00Z`) / 1000;
const NOTICE = "notice given";
const BANDS = [NOTICE, "high", "elevated", "normal", "new", ""];

// A text from the book: apart from what stands beside it where it may be written the other way.
const name = (text) => (/^[\x20-\x7e]*$/.test(text) ? text : make("bdi", {}, text));
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const chip = (band) => make("span", { class: `chip chip-${band.split(" ")[0]}` }, band);
const bar = (start, width, tone) =>
  make("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    make("rect", { class: tone, x: start, y: 0, width, height: 10 }));
const renewal = (row) => (row.rolling ? `≤ ${counted(row.days, "day")}` : row.renewal ? day(row.renewal) : "");
const left = (row) => (row.rolling ? "not to a renewal" : `${counted(row.days, "day")}${row.far ? ", far ahead" : ""}`);
