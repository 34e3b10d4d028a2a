/* Makes type-aheads of the selects of municipalities. Without script the selects do the same, slower. */
(() => {
  "use strict";

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
  const spellings = (text) => [...new Set([fold(text, "e"), fold(text, "")])].filter(Boolean);

  const entriesOf = (select) =>
    [...select.options]
      .filter((option) => option.value)
      .map((option) => ({
        name: option.text,
        key: option.value,
        district: option.parentElement.label || "",
        names: spellings(option.text),
        /* The key, the postal code of the seat, the letters of the number plate. */
        others: `${option.value} ${option.dataset.also || ""}`.toLowerCase().split(" "),
      }));

  /* What one may type for "Hagen": "Stadt Hagen", "Hansestadt …", and officially "Hagen, Stadt der …". */
  const readings = (text) => {
    const queries = [...spellings(text), ...spellings(text.split(",")[0])];
    const plain = queries.map((query) => query.replace(/^(\w*stadt|gemeinde) /, ""));
    return [...new Set([...queries, ...plain])];
  };

  /* How well an entry fits: 0 best, Infinity not at all. A whole number plate or key comes before names. */
  const rank = (entry, queries) => {
    let best = Infinity;
    for (const query of queries) {
      if (entry.others.includes(query)) return 0;
      for (const name of entry.names) {
        if (name === query) best = Math.min(best, 1);
        else if (name.startsWith(query)) best = Math.min(best, 2);
        else if (` ${name}`.includes(` ${query}`)) best = Math.min(best, 3);
        else if (query.length > 1 && name.includes(query)) best = Math.min(best, 4);
      }
      if (/^\d/.test(query) && entry.others.some((other) => other.startsWith(query))) best = Math.min(best, 2);
    }
    return best;
  };

  const search = (entries, text) => {
    const queries = readings(text);
    return entries
      .map((entry) => ({ entry, rank: rank(entry, queries) }))
      .filter((hit) => hit.rank < Infinity)
      .sort((a, b) => a.rank - b.rank || a.entry.name.localeCompare(b.entry.name, "de"))
      .slice(0, MOST)
      .map((hit) => hit.entry.name);
  };

  const escape = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  };
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const enhance = (select) => {
    const words = select.dataset;
    const entries = entriesOf(select);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    const exact = (text) => entries.find((entry) => entry.names.some((name) => spellings(text).includes(name)));
    const choose = (entry) => {
      select.value = entry ? entry.key : "";
    };

    const id = select.id;
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
      id,
      name: words.typeahead,
      cssNamespace: "app-typeahead",
      inputClasses: "kern-form-input__input" + (wrong ? " kern-form-input__input--error" : ""),
      hintClasses: "",
      defaultValue: chosen || words.typed || "",
      minLength: 1,
      autoselect: true,
      required: select.required,
      displayMenu: "overlay",
      source: (query, show) => show(search(entries, query)),
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
      tStatusQueryTooShort: () => words.type,
      tStatusSelectedOption: (name, length, index) => say(words.selected, { name, number: index + 1, length }),
      tStatusResults: (length, selected) => `${say(words.results, { length })} ${selected}`,
      tAssistiveHint: () => words.hint,
    });
    wrapper.hidden = true;
    const hint = document.getElementById(`${id}_helptext`);
    if (hint && select.required) hint.append(document.createElement("br"), words.type); /* once is enough */

    const input = document.getElementById(id);
    if (wrong) input.setAttribute("aria-invalid", wrong);
    /* The component describes the field by its own hint only, and by nothing once something is typed. */
    const describe = () => {
      const ids = (input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
      const missing = (describedBy || "").split(" ").filter((one) => one && !ids.includes(one));
      if (missing.length) input.setAttribute("aria-describedby", [...missing, ...ids].join(" "));
    };
    new MutationObserver(describe).observe(input, { attributeFilter: ["aria-describedby"] });
    describe();

    /* What is typed counts at once when it is a name; else nothing is chosen, and not what was before. */
    input.addEventListener("input", () => choose(exact(input.value)));
    if (select.autofocus) input.focus();
  };

  if (window.accessibleAutocomplete) document.querySelectorAll("select[data-typeahead]").forEach(enhance);
})();
