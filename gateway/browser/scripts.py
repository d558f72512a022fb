"""What is run inside a page: the gateway's only JavaScript. Nothing here sends anything anywhere."""

from __future__ import annotations

# Resolves when nothing is marked as busy and nothing has changed for a while.
WAIT_UNTIL_QUIET = """(quiet) => new Promise((done) => {
  let timer;
  const check = () => {
    if (document.querySelector('[aria-busy="true"]')) return restart();
    observer.disconnect();
    return done();
  };
  const restart = () => { clearTimeout(timer); timer = setTimeout(check, quiet); };
  const observer = new MutationObserver(restart);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  restart();
})"""

# Focuses an element and stops the next key on its way to any other.
FOCUS_ALONE = """(element) => {
  const guard = (event) => {
    if (event.composedPath()[0] === element) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  element.focus();
  if (!element.matches(':focus')) return false;
  window.addEventListener('keydown', guard, { capture: true, once: true });
  return true;
}"""

# A table by its headings: a row's texts, and the address of the first link in it.
READ_TABLE = """(table) => {
  const read = (cell) => {
    const field = cell.querySelector('input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea');
    if (field?.matches('select')) return field.selectedOptions[0]?.label.trim() ?? '';
    return cell.innerText.trim() || (field?.value ?? '');
  };
  const cells = (row) => [...row.querySelectorAll('th, td, [role=cell], [role=gridcell], [role=rowheader]')];
  const headings = [...table.querySelectorAll('thead th, [role=columnheader]')].map((cell) => cell.innerText.trim());
  const isHeading = (row) => row.querySelector('[scope=col], [role=columnheader]');
  const rows = [...table.querySelectorAll('tr, [role=row]')].filter((row) => !isHeading(row));
  return { headings, rows: rows.map((row) => ({
    link: row.querySelector('a[href]')?.getAttribute('href') ?? '',
    texts: Object.fromEntries(cells(row).map((cell, column) => [headings[column] ?? '', read(cell)])),
  })) };
}"""

# How many entries the page says there are, and how many are in it: a virtual list holds only what is in view.
COUNT_ENTRIES = """(place) => {
  const all = (selector) => [...(place.matches(selector) ? [place] : []), ...place.querySelectorAll(selector)];
  const tables = all('[aria-rowcount]').map((table) => [
    Number(table.getAttribute('aria-rowcount')), table.querySelectorAll('tr, [role=row]').length,
  ]);
  const lists = all('[role=listbox]').flatMap((list) => {
    const options = [...list.querySelectorAll('[role=option]')];
    return options.map((option) => [Number(option.getAttribute('aria-setsize') ?? options.length), options.length]);
  });
  return [...tables, ...lists];
}"""

# What a field holds, and its placeholder. A native drop-down holds the word of its choice, nothing where it only
# invites one; what is no field holds its text.
READ_VALUE = """(element) => {
  if (element.matches('select')) return [element.value && element.selectedOptions[0].label.trim(), ''];
  return element.matches('input, textarea') ? [element.value, element.placeholder] : [element.innerText.trim(), ''];
}"""

# The words to choose from in a native drop-down; null for any other element.
LIST_CHOICES = """(element) =>
  element.matches('select') ? [...element.options].map((option) => option.label.trim()) : null"""

# Whether a switch is on: "true", "false", or nothing where it says neither.
READ_SWITCH = """(element) =>
  element.matches('input') ? String(element.checked) : element.getAttribute('aria-checked') ?? ''"""
