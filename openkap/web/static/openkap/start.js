/* Everything works without this file; it moves focus to an error summary and stops a double press. */
import { initAll } from "../vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
