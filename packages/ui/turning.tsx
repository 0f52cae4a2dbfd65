/** The turning mark alone, inside something that already says what is going on. */
export const Turning = ({ size = 18 }: { size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 18 18"
    fill="none"
    stroke="currentColor"
    strokeWidth="2.5"
    strokeLinecap="round"
    aria-hidden
    className="shrink-0 animate-[turn_900ms_linear_infinite]"
  >
    <path d="M9 2a7 7 0 1 1-6.6 4.7" />
  </svg>
);
