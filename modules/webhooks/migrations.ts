export const webhooksMigrations = { name: "webhooks", folder: new URL("./migrations/", import.meta.url) };
