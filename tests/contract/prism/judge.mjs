// Prism: answers as an OpenAPI file says, and refuses what it does not describe. Arguments are Prism's own.
import "@stoplight/prism-cli/dist/index.js";
