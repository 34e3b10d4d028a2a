/* Makes a type-ahead of the select of municipalities. Without script the select does the same, slower. */
(() => {
  "use strict";

  const select = document.getElementById("id_municipality");
  if (!select || !window.accessibleAutocomplete) return;
  const words = select.dataset;
  const MOST = 12;

  /* Words without accents and signs, in two spellings: "ü" as "ue" and as "u". */
  const fold = (text, umlaut) =>
    text
      .toLowerCase()
      .replace(/ß/g, "ss")
      .replace(/[äöü]/g, (letter) => ({ ä: "a", ö: "o", ü: "u" })[letter] + umlaut)
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/\bst\. ?/g, "sankt ")
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  const spellings = (text) => [...new Set([fold(text, "e"), fold(text, "")])];

  const entries = [...select.options]
    .filter((option) => option.value)
    .map((option) => ({
      name: option.text,
      key: option.value,
      district: option.parentElement.label || "",
      names: spellings(option.text),
      numbers: [option.value.toLowerCase(), option.dataset.plz || ""],
    }));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));

  /* How well an entry fits: 0 best, Infinity not at all. "Stadt Hagen" finds Hagen, too. */
  const rank = (entry, queries) => {
    let best = Infinity;
    for (const query of queries) {
      for (const name of entry.names) {
        if (name === query) best = Math.min(best, 0);
        else if (name.startsWith(query)) best = Math.min(best, 1);
        else if (` ${name}`.includes(` ${query}`)) best = Math.min(best, 2);
        else if (name.includes(query)) best = Math.min(best, 3);
      }
      if (/\d/.test(query) && entry.numbers.some((number) => number.startsWith(query))) best = Math.min(best, 1);
    }
    return best;
  };

  const search = (text) => {
    const queries = spellings(text).filter(Boolean);
    const plain = queries.map((query) => query.replace(/^(stadt|gemeinde) /, ""));
    return entries
      .map((entry) => ({ entry, rank: rank(entry, [...queries, ...plain]) }))
      .filter((hit) => queries.length && hit.rank < Infinity)
      .sort((a, b) => a.rank - b.rank || a.entry.name.localeCompare(b.entry.name, "de"))
      .map((hit) => hit.entry.name);
  };

  const exact = (text) => entries.find((entry) => entry.names.some((name) => spellings(text).includes(name)));
  const choose = (entry) => {
    select.value = entry ? entry.key : "";
  };

  const escape = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  };
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const wrapper = select.parentElement;
  const container = document.createElement("div");
  container.className = "app-typeahead app-w-30";
  wrapper.before(container);
  const describedBy = select.getAttribute("aria-describedby");
  const wrong = select.getAttribute("aria-invalid");
  const chosen = select.value ? select.selectedOptions[0].text : "";
  select.id += "-select";

  window.accessibleAutocomplete({
    element: container,
    id: "id_municipality",
    name: "municipality_typed",
    cssNamespace: "app-typeahead",
    inputClasses: "kern-form-input__input" + (wrong ? " kern-form-input__input--error" : ""),
    hintClasses: "",
    defaultValue: chosen || words.typed || "",
    minLength: 2,
    autoselect: true,
    required: true,
    displayMenu: "overlay",
    source: (query, show) => show(search(query).slice(0, MOST)),
    onConfirm: (name) => name && choose(byName.get(name)),
    templates: {
      inputValue: (name) => name || "",
      suggestion: (name) => {
        const district = byName.has(name) ? byName.get(name).district : "";
        return `${escape(name)}<span class="app-typeahead__district">${escape(district)}</span>`;
      },
    },
    tNoResults: () => words.none,
    tStatusNoResults: () => words.none,
    tStatusQueryTooShort: () => words.short,
    tStatusSelectedOption: (name, length, index) => say(words.selected, { name, number: index + 1, length }),
    tStatusResults: (length, selected) => `${say(words.results, { length })} ${selected}`,
    tAssistiveHint: () => words.hint,
  });
  wrapper.hidden = true;
  const hint = document.getElementById("id_municipality_helptext");
  if (hint) hint.append(document.createElement("br"), words.type);

  const input = document.getElementById("id_municipality");
  if (wrong) input.setAttribute("aria-invalid", wrong);
  /* The component describes the field by its own hint only, and by nothing once something is typed. */
  const describe = () => {
    const ids = (input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    const missing = (describedBy || "").split(" ").filter((id) => id && !ids.includes(id));
    if (missing.length) input.setAttribute("aria-describedby", [...missing, ...ids].join(" "));
  };
  new MutationObserver(describe).observe(input, { attributeFilter: ["aria-describedby"] });
  describe();

  /* What is typed counts at once when it is a name; else nothing is chosen, and not what was before. */
  input.addEventListener("input", () => choose(exact(input.value)));
})();
