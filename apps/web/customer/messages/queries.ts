import { ask } from "@pigeonhole/ui/ask";
import { queryOptions } from "@tanstack/react-query";
import { messagePreferences, notifications } from "../../shell/api.ts";

export const preferencesQuery = queryOptions({
  queryKey: ["message-preferences"],
  queryFn: () => ask(messagePreferences["message-preferences"].$get()),
});
/** What was sent to the reader about a parcel. */
export const toldQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["told", parcel, `parcel:${parcel}`],
    queryFn: async () => (await ask(notifications.parcels[":parcel"].messages.$get({ param: { parcel } }))).messages,
  });
