import type { ReactNode } from "react";

/** All icons are drawn on 20 × 20 with a 1.75 line, beside a word that says the same. */
const icon = (drawing: ReactNode) =>
  function Icon({ size = 20 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
        className="shrink-0"
      >
        {drawing}
      </svg>
    );
  };

export const InfoIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 9.2v4.3M10 6.4v.1" />
  </>,
);
export const CheckIcon = icon(<path d="m4 10.5 4 4 8-9" />);
export const WarningIcon = icon(
  <>
    <path d="M10 2.8 18 16.8H2z" />
    <path d="M10 8v3.8M10 14.3v.1" />
  </>,
);
export const CloudOffIcon = icon(
  <>
    <path d="M6 15.5h8.2a3 3 0 0 0 1.6-5.5A4.6 4.6 0 0 0 9 7M6.6 8.6A3.5 3.5 0 0 0 6 15.5" />
    <path d="m3.5 3.5 13 13" />
  </>,
);
export const InboxIcon = icon(
  <>
    <path d="M3 11.5 5 4.5h10l2 7v4H3z" />
    <path d="M3 11.5h4l1 2h4l1-2h4" />
  </>,
);
export const SearchIcon = icon(
  <>
    <circle cx="8.8" cy="8.8" r="5.3" />
    <path d="m12.8 12.8 4 4" />
  </>,
);
export const HereIcon = icon(
  <>
    <circle cx="10" cy="10" r="4.5" />
    <path d="M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3" />
  </>,
);
export const PinIcon = icon(
  <>
    <path d="M10 17.5s5.5-5 5.5-9a5.5 5.5 0 0 0-11 0c0 4 5.5 9 5.5 9Z" />
    <circle cx="10" cy="8.5" r="1.9" />
  </>,
);
export const StepFreeIcon = icon(
  <>
    <circle cx="8.5" cy="3.6" r="1.3" />
    <path d="M8.5 7v4.5h4l1.8 4.5h1.6" />
    <path d="M6.2 9.6a4 4 0 1 0 5.6 5.3" />
    <path d="M8.5 8.8h3.5" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M10 5.8V10l2.8 1.8" />
  </>,
);
export const WalkIcon = icon(
  <>
    <circle cx="10.8" cy="3.4" r="1.3" />
    <path d="M10.4 6.6 9 11l2.6 2.4.9 4M9 11l-2.6 6.4M10.4 6.6 7 8.2 6.2 11M10.4 6.6l2 2.6 2.4.8" />
  </>,
);
export const BoxIcon = icon(
  <>
    <path d="M3 6.5 10 3l7 3.5v7L10 17l-7-3.5z" />
    <path d="m3 6.5 7 3.5 7-3.5M10 10v7" />
  </>,
);
export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const BackIcon = icon(<path d="M12 4.5 6.5 10l5.5 5.5" />);
export const NextIcon = icon(<path d="M8 4.5 13.5 10 8 15.5" />);
export const DoorIcon = icon(
  <>
    <rect x="4" y="3" width="12" height="14" rx="1" />
    <path d="M13 9.5v1.5" />
  </>,
);
export const LiveOffIcon = icon(
  <>
    <path d="M4 14.5a8 8 0 0 1 0-9M16 14.5a8 8 0 0 0 0-9M6.8 12a4 4 0 0 1 0-4M13.2 12a4 4 0 0 0 0-4" />
    <path d="m3.5 3.5 13 13" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M2.8 10h14.4M10 2.8c2.6 2 2.6 12.4 0 14.4M10 2.8c-2.6 2-2.6 12.4 0 14.4" />
  </>,
);
export const SunIcon = icon(
  <>
    <circle cx="10" cy="10" r="3.4" />
    <path d="M10 2.2v1.6M10 16.2v1.6M2.2 10h1.6M16.2 10h1.6M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M4.5 15.5l1.1-1.1M14.4 5.6l1.1-1.1" />
  </>,
);
export const TruckIcon = icon(
  <>
    <path d="M2 5h9.5v9H2zM11.5 8H15l3 3v3h-6.5z" />
    <circle cx="5.5" cy="15" r="1.6" />
    <circle cx="14.5" cy="15" r="1.6" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="6.5" cy="13.5" r="3.2" />
    <path d="m8.8 11.2 7.2-7.2M13 7l2.2 2.2" />
  </>,
);
export const MailIcon = icon(
  <>
    <rect x="2.8" y="4.5" width="14.4" height="11" rx="1.5" />
    <path d="m3.5 6 6.5 5 6.5-5" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="10" cy="6.5" r="3" />
    <path d="M4 16.8c.6-3.4 3-5 6-5s5.4 1.6 6 5" />
  </>,
);
export const MapIcon = icon(
  <>
    <path d="m2.8 5 4.7-1.7 5 1.7 4.7-1.7v11.7l-4.7 1.7-5-1.7-4.7 1.7z" />
    <path d="M7.5 3.3V15M12.5 5v11.7" />
  </>,
);
export const ListIcon = icon(<path d="M7 5.5h10M7 10h10M7 14.5h10M3.2 5.5h.1M3.2 10h.1M3.2 14.5h.1" />);
export const QrIcon = icon(
  <>
    <rect x="3" y="3" width="5" height="5" rx="0.5" />
    <rect x="12" y="3" width="5" height="5" rx="0.5" />
    <rect x="3" y="12" width="5" height="5" rx="0.5" />
    <path d="M12 12h2v2M17 12v2.5M12 17h2M17 17v0" />
  </>,
);
export const EraseIcon = icon(
  <>
    <path d="M7 5h10v10H7l-4.5-5z" />
    <path d="m10 8 4 4M14 8l-4 4" />
  </>,
);
export const ContrastIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M10 2.8v14.4a7.2 7.2 0 0 0 0-14.4Z" fill="currentColor" />
  </>,
);
export const SpeakerIcon = icon(
  <>
    <path d="M3 8v4h2.8L10 15.5v-11L5.8 8zM13 7.5a3.6 3.6 0 0 1 0 5M15.3 5.2a6.8 6.8 0 0 1 0 9.6" />
  </>,
);
export const CameraIcon = icon(
  <>
    <path d="M2.8 6.5h3.4L7.6 4.4h4.8l1.4 2.1h3.4v9.2H2.8z" />
    <circle cx="10" cy="10.8" r="2.9" />
  </>,
);
export const PhoneIcon = icon(
  <path d="M4 3.5h3l1.4 3.6-1.9 1.3a9.4 9.4 0 0 0 5.1 5.1l1.3-1.9 3.6 1.4v3c0 .6-.4 1-1 1A12.5 12.5 0 0 1 3 4.5c0-.6.4-1 1-1Z" />,
);
export const HandIcon = icon(
  <path d="M7 10.5V4.2a1.2 1.2 0 0 1 2.4 0V9M9.4 8.5V3.4a1.2 1.2 0 0 1 2.4 0V9M11.8 9V5a1.2 1.2 0 0 1 2.4 0v6.2c0 3.4-1.7 5.6-4.8 5.6-2.6 0-3.7-1.2-4.8-3.6l-1.2-2.7c-.3-.8.9-1.5 1.6-.7L7 11.7" />,
);
export const OutIcon = icon(
  <>
    <path d="M11.5 3.5h-8v13h8" />
    <path d="M8 10h9M13.8 6.5 17.2 10l-3.4 3.5" />
  </>,
);
export const AlarmIcon = icon(
  <>
    <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13zM8.5 17.5h3" />
  </>,
);
export const WrenchIcon = icon(
  <path d="M16.8 6.2 14 9l-2.6-.4-.4-2.6 2.8-2.8a4.4 4.4 0 0 0-5.9 5.2L3 13.3a1.7 1.7 0 0 0 0 2.5l1.2 1.2a1.7 1.7 0 0 0 2.5 0l4.9-4.9a4.4 4.4 0 0 0 5.2-5.9Z" />,
);
