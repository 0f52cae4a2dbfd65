import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { CloseIcon } from "./icons.tsx";
import { useSay } from "./language.tsx";
import { words } from "./words.ts";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** A dialog that must be answered: a press outside or Escape does not close it, and it is announced as an alert. */
  readonly mustAnswer?: boolean;
}

/** A sheet from below on phones, a card in the middle elsewhere. Focus stays inside and goes back to where it came from. */
export function Dialog({ title, isOpen, onClose, children, mustAnswer = false }: DialogProps) {
  const say = useSay(words);
  return (
    <ModalOverlay
      isOpen={isOpen}
      isDismissable={!mustAnswer}
      isKeyboardDismissDisabled={mustAnswer}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="fixed inset-0 z-50 flex items-end justify-center bg-veil sm:items-center sm:p-6"
    >
      <Modal className="max-h-[92dvh] w-full animate-[appear_var(--motion)_var(--ease)] overflow-y-auto rounded-t-large bg-surface text-ink shadow-raised sm:max-w-lg sm:rounded-large">
        <AriaDialog role={mustAnswer ? "alertdialog" : "dialog"} className="grid gap-4 p-5 outline-none sm:p-6">
          <div className="flex items-start justify-between gap-3">
            <Heading slot="title" className="pt-1.5 text-title">
              {title}
            </Heading>
            {!mustAnswer && (
              <IconButton label={say("close")} onPress={onClose}>
                <CloseIcon />
              </IconButton>
            )}
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
