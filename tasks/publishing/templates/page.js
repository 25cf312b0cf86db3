// Shows the value of the mark under the pointer: each mark of a chart carries it as its label.
(function () {
  var tip = document.getElementById("tip");
  document.addEventListener("pointerover", function (event) {
    var mark = event.target.closest && event.target.closest(".chart svg [aria-roledescription][aria-label]");
    if (!mark || mark.getAttribute("role") !== "graphics-symbol") { tip.hidden = true; return; }
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    var box = mark.getBoundingClientRect();
    var left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = Math.max(4, box.top - tip.offsetHeight - 6) + window.scrollY + "px";
  });
})();
