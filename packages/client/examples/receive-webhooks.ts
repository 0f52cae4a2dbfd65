import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { verifyWebhook } from "@pigeonhole/client/webhooks";

createServer(async (request, response) => {
  try {
    const event = await verifyWebhook({ body: await text(request), headers: request.headers, keys: process.env.WEBHOOK_SECRET! });
    console.log(event.id, event.type, event.data);
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end();
  }
}).listen(Number(process.env.PORT ?? 3000), () => console.log("listening"));
