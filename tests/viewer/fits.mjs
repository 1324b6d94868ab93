// Looks for what is cut off, overlaps or leaves the screen.  Runs in the page, so it may use nothing from outside itself.
export function everythingFits() {
  const complaints = [];
  const name = (element) => `<${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}> "${(element.textContent || element.ariaLabel || '').trim().slice(0, 40)}"`;
  const box = (element) => element.getBoundingClientRect();
  if (document.documentElement.scrollWidth > innerWidth) complaints.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  // Nothing outside the two parts that scroll may leave the screen.
  for (const element of document.querySelectorAll('header *, #controls *, footer *, #scroller, #panel, .head')) {
    if (!element.checkVisibility() || element.closest('.unseen, #lanes, option, svg')) continue;
    const { left, right, top, bottom } = box(element);
    if (left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) complaints.push(`${name(element)} leaves the screen`);
  }
  // Words that are wider or taller than their place; rows of the ladder may shorten theirs, for the panel has them in full.
  for (const element of document.querySelectorAll('header *, #controls button, #controls summary, output, .head b, .head span, footer li, #panel *')) {
    if (!element.checkVisibility() || !element.textContent.trim() || element.closest('svg, .unseen, #lanes')) continue;
    if (getComputedStyle(element).display === 'inline' || !element.clientWidth) continue;
    if (element.scrollWidth > element.clientWidth + 1) complaints.push(`${name(element)} is wider than its place`);
    if (element.scrollHeight > element.clientHeight + 2 && !['TBODY', 'TABLE', 'TR'].includes(element.tagName)) complaints.push(`${name(element)} is taller than its place`);
  }
  const apart = (elements) => {
    const boxes = elements.filter((element) => element.checkVisibility()).map((element) => [element, box(element)]);
    boxes.forEach(([element, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) complaints.push(`${name(element)} overlaps ${name(other)}`);
    }));
  };
  apart([...document.querySelectorAll('#controls button, #controls select, #controls summary, #search, #scrub, #position')]);
  apart([...document.querySelectorAll('.head')]);
  apart([...document.querySelectorAll('body > header, body > #controls, #scroller, #panel, body > footer')]);
  // The rows' words among each other, and against marks and the words on arrows.
  const rows = [...document.querySelectorAll('.row .words, .row .time')].filter((element) => element.textContent.trim());
  apart(rows);
  const marks = [...document.querySelectorAll('#lines .mark, #lines text.hop')];
  for (const words of rows)
    for (const mark of marks) {
      const a = box(words), b = box(mark);
      if (a.width && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1 && !words.closest('.fold')) {
        complaints.push(`${name(words)} overlaps the mark or words at ${Math.round(b.left)},${Math.round(b.top)}`);
        break;
      }
    }
  return complaints.slice(0, 6);
}
