// On every page.
import "./htmx.js";
import "./dialogs.js";
import "./forms.js";
import "./drafts.js";
import "./lists.js";
import "./menus.js";
import "./photos.js";
import "./replay.js";
