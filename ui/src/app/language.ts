// Must be the first import of the page: under LANG=C the webview on Linux reports the language "C", which is no
// language tag, and uPlot hands it to Intl as it loads: a RangeError, and a blank window.

try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
