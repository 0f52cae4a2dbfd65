import { useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Link } from "@tanstack/react-router";
import { words } from "./words.ts";

export function Missing() {
  const say = useSay(words);
  return (
    <div className="page py-8">
      <Notice
        kind="empty"
        heading
        title={say("missing.title")}
        actions={
          <Link to="/" className={look("primary")}>
            {say("nav.choose")}
          </Link>
        }
      >
        {say("missing.body")}
      </Notice>
    </div>
  );
}
