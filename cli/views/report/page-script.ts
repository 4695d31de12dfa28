/** Shows in a chart's legend what stands under the pointer, or where the arrow keys are. Without it nothing is lost: tables have the values. */
export const pageScript = `
for (const svg of document.querySelectorAll('svg[data-chart]')) {
  const points = JSON.parse(svg.dataset.chart);
  const figure = svg.closest('figure');
  const cursor = svg.querySelector('.cursor');
  let index = -1;
  const show = (next) => {
    index = Math.max(-1, Math.min(points.length - 1, next));
    const [x, place, ...values] = points[index] ?? [-9, '', ...(points[0] ?? []).slice(2).map(() => '')];
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    figure.querySelector('[data-place]').textContent = place;
    for (const output of figure.querySelectorAll('[data-value]')) output.textContent = values[output.dataset.value];
  };
  svg.addEventListener('pointermove', ({ clientX }) => {
    const box = svg.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    let nearest = 0;
    for (let i = 1; i < points.length; i++) if (Math.abs(points[i][0] - x) < Math.abs(points[nearest][0] - x)) nearest = i;
    show(nearest);
  });
  svg.addEventListener('pointerleave', () => show(-1));
  svg.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    show(Math.max(0, index + by));
  });
}
`;
