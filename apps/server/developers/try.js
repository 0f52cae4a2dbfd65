// oxlint-disable-next-line no-undef
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", deepLinking: true, defaultModelsExpandDepth: 0 });
