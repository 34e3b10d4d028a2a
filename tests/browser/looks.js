// Looks for texts that cannot be read for their colours: `looks.py` runs this in the page, after axe.
//
// What settles it is a text's colour, size and weight, and what lies behind it. axe, which is slow here,
// judges each such combination and not each text of it; `proven` are those that it found good on an earlier
// page. Answers with what is wrong, and with the combinations that are good.
async ([proven, options]) => {
  const EACH = 3; // texts of a combination: where one cannot be judged, another one may
  const FIELDS = "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio])";
  const known = new Set(proven);
  const grounds = new Map();
  let alone = 0;

  // What lies behind a node's text: the colours down to one that hides all others, and the veils over them.
  function ground(node) {
    if (!node) return { veil: "", colours: "" };
    if (!grounds.has(node)) grounds.set(node, own(getComputedStyle(node), ground(node.parentElement)));
    return grounds.get(node);
  }

  function own(style, below) {
    const { backgroundColor, backgroundImage, opacity, position } = style;
    const veil = opacity === "1" ? below.veil : `${below.veil}/${opacity}`;
    const hides = !/^rgba\(| \/ /.test(backgroundColor);
    if (hides && backgroundImage === "none") return { veil, colours: backgroundColor };
    let colours = below.colours;
    if (["absolute", "fixed", "sticky"].includes(position)) colours += `/alone ${alone++}`; // over anything
    if (backgroundImage !== "none") colours += `/${backgroundImage}`;
    if (backgroundColor !== "rgba(0, 0, 0, 0)") colours += `/${backgroundColor}`;
    return { veil, colours };
  }

  function isRead(node) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height, bottom, right } = node.getBoundingClientRect();
    if (width <= 1 || height <= 1 || bottom + scrollY <= 0 || right + scrollX <= 0) return false;
    return node.matches(FIELDS) || hasText(node);
  }

  function hasText(node) {
    return [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  }

  function letters(text) {
    return text.replaceAll(/\s/g, "");
  }

  // A link without a line under it: whether it can be told from the text around it, is a question of its own.
  function isBareLinkInText(node) {
    const link = node.closest("a[href]");
    if (!link) return false;
    const { display, textDecorationLine } = getComputedStyle(link);
    if (display !== "inline" || textDecorationLine.includes("underline")) return false;
    let block = link.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const links = [...block.querySelectorAll("a[href]")].map((each) => each.textContent).join("");
    return letters(block.textContent) !== letters(links);
  }

  function combination(node) {
    const style = getComputedStyle(node);
    const { veil, colours } = ground(node);
    const look = [style.color, style.fontSize, style.fontWeight, style.textShadow, style.filter];
    const parts = [veil, colours, ...look];
    if (node.matches(":disabled")) parts.push("disabled");
    if (isBareLinkInText(node)) parts.push(`/alone ${alone++}`);
    return parts.join(" | ");
  }

  const chosen = new Map();
  const times = new Map();
  for (const node of document.body.querySelectorAll("*")) {
    if (!isRead(node)) continue;
    const key = combination(node);
    const before = times.get(key) ?? 0;
    if (known.has(key) || before === EACH) continue;
    times.set(key, before + 1);
    chosen.set(node, key);
  }
  if (chosen.size === 0) return [[], []];
  const found = await axe.run({ include: [...chosen.keys()] }, { ...options, elementRef: true });
  const keys = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => chosen.get(node.element)));
  const bad = new Set(keys(found.violations));
  const good = new Set(keys(found.passes.filter((rule) => rule.id === "color-contrast")));
  return [
    found.violations.map((rule) => [rule.id, rule.nodes.slice(0, 3).map((node) => node.target)]),
    [...good].filter((key) => key && !bad.has(key) && !key.includes("/alone")),
  ];
}
