"""A page by keyboard alone: where the focus goes, and that it can always be seen."""

from typing import Any

SEEN = """() => { const el = document.activeElement;
  const near = el.matches('input[type=radio]') ? el.nextElementSibling : el;
  const shown = (node, pseudo) => { const s = getComputedStyle(node, pseudo);
    return s.boxShadow !== 'none' || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)
      || s.backgroundColor === getComputedStyle(document.body).getPropertyValue('--focus'); };
  return shown(el) || shown(near) || shown(near, '::before'); }"""
HIDDEN = """() => { const box = document.activeElement.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return !(top && (document.activeElement.contains(top) || top.contains(document.activeElement)
    || top.control === document.activeElement)); }"""


def tab_to(page: Any, wanted: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on what `wanted` selects; every stop on the way can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            assert not page.evaluate(HIDDEN), f"{wanted} is covered while it has the focus"
            return
    raise AssertionError(f"Tab never came to {wanted}")
