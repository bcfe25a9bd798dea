/** Whether a stay on a register covers a day; both its days count, and a bound that the register does not give is open. */
export function isOnRegister(stay: { since: string | null; until: string | null }, today: Temporal.PlainDate): boolean {
  const day = today.toString();
  return (stay.since === null || stay.since <= day) && (stay.until === null || day <= stay.until);
}
