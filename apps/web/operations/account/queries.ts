import { ask } from "@pigeonhole/ui/ask";
import { queryOptions } from "@tanstack/react-query";
import { secondFactor } from "../../shell/api.ts";

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: () => ask(secondFactor.my["second-factor"].$get()),
});
export const operatorsQuery = queryOptions({
  queryKey: ["operators"],
  queryFn: async () => (await ask(secondFactor.operators.$get())).operators,
});
