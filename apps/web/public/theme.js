// Before the first paint: the theme chosen, or the system's, so that nothing flashes.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('atelier.theme');
  } catch {
    // Storage is closed to this page: the system's theme it is.
  }
  const isDark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
