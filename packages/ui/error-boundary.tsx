import { Component, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { useSay } from "./language.tsx";
import { Notice } from "./notice.tsx";
import { words } from "./words.ts";

/** Said in place of a part of the page whose code threw; `heading` when it is the whole of it. */
export function Broken({ onReload = () => location.reload(), heading = false }: { onReload?: () => void; heading?: boolean }) {
  const say = useSay(words);
  return (
    <div className="page py-8">
      <Notice
        kind="error"
        heading={heading}
        title={say("broken.title")}
        actions={<Button onPress={onReload}>{say("broken.reload")}</Button>}
      >
        {say("broken.body")}
      </Notice>
    </div>
  );
}

/** Keeps a broken part from taking the page with it. */
export class ErrorBoundary extends Component<{ children: ReactNode; instead?: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError = () => ({ hasFailed: true });
  override render() {
    return this.state.hasFailed ? (this.props.instead ?? <Broken />) : this.props.children;
  }
}
