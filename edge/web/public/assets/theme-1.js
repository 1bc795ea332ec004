// Puts the chosen theme on the page before it is painted. The name has a number since it is kept forever: change both.
try {
  const theme = localStorage.getItem("shoal.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme it is.
}
