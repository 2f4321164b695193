"use strict";

// Requests to this site alone: a signed-in manager's session is used with its CSRF token, a token by “Authorize”.
const page = document.getElementById("docs");

function withCsrfToken(request) {
  if (!["GET", "HEAD", undefined].includes(request.method)) {
    request.headers["X-CSRFToken"] = page.dataset.csrf;
  }
  return request;
}

window.SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: withCsrfToken,
});
