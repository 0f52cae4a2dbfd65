import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useState } from "react";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

const isGateway = (text: string): boolean => /^tcp:(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/.test(text);

/** Which lines lead to lock boards, and which boards to look for. */
export function LinesStep({ view, isPending, act }: StepProps<"lines">) {
  const say = useSay(words);
  const [left, leave] = useState<ReadonlySet<string>>(new Set());
  const [gateway, setGateway] = useState("");
  const [model, setModel] = useState("");
  const ports = [...view.ports.filter((port) => !left.has(port)), ...(isGateway(gateway) ? [gateway] : [])];
  const toggle = (port: string) => {
    const next = new Set(left);
    if (!next.delete(port)) next.add(port);
    leave(next);
  };
  const { scanning } = view;
  if (scanning) {
    const { done, all } = scanning;
    return (
      <Stage
        title={say("working")}
        body={say("lines.scanning", { done: String(done), all: String(all) })}
        picture={<progress className="w-full max-w-[24rem] accent-accent" max={all} value={done} aria-label={say("working")} />}
      />
    );
  }
  const chosen = view.models.find(({ name }) => name === model);
  return (
    <Stage
      title={say("lines.title")}
      body={view.ports.length === 0 ? say("lines.none") : say("lines.body")}
      controls={
        <>
          {view.scanError !== null && (
            <Notice kind="error" title={say("failed")}>
              {view.scanError}
            </Notice>
          )}
          {view.ports.map((port) => (
            <Key key={port} look={left.has(port) ? "plain" : "primary"} aria-pressed={!left.has(port)} onPress={() => toggle(port)}>
              {port.replace(/^serial:/, "")}
            </Key>
          ))}
          <TextField
            label={say("lines.gateway")}
            hint={say("lines.gateway_hint")}
            error={gateway !== "" && !isGateway(gateway) ? say("lines.gateway_wrong") : undefined}
            value={gateway}
            onChange={(text) => setGateway(text.trim())}
            autoCapitalize="none"
          />
          <label className="grid gap-1.5 text-small font-semibold">
            {say("lines.model")}
            <select
              className="min-h-[3.5rem] rounded-medium border border-line-strong bg-surface px-3 text-body font-normal"
              value={model}
              onChange={(event) => setModel(event.target.value)}
            >
              <option value="">{say("lines.all")}</option>
              {view.models.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <Key
            tall
            look="primary"
            isDisabled={isPending || ports.length === 0}
            onPress={() => act({ kind: "scan", ports, models: chosen ? [chosen.name] : [] })}
          >
            {say("lines.scan")}
          </Key>
        </>
      }
    />
  );
}
