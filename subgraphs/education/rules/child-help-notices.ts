import type { ChildHelpReason, ChildHelpRecipient } from '../__generated__/resolvers.ts';

interface Registered {
  readonly reason: ChildHelpReason;
  /** Whether a room in the child's region works today. */
  readonly roomOpen: boolean;
}

/** Whoever used violence against the child, or against somebody before the child's eyes, may have committed a crime. */
const SIGNS_OF_CRIME: Readonly<Record<ChildHelpReason, boolean>> = {
  VIOLENCE: true,
  CRUEL_TREATMENT: true,
  WITNESS_OF_VIOLENCE: true,
  BULLYING: false,
};

/**
 * Who is told when a case is registered; to be replaced by the rules of detection when they are published.
 * The Republic's ombudsman gets no notice of single cases, and contact centre 111 only of those that it passed on: none can come from it yet.
 */
const TOLD_AT_REGISTRATION: Readonly<Record<ChildHelpRecipient, (of: Registered) => boolean>> = {
  GUARDIANSHIP: () => true,
  POLICE: ({ reason }) => SIGNS_OF_CRIME[reason],
  CHILD_OMBUDSMAN_REGIONAL: () => true,
  CHILD_OMBUDSMAN_NATIONAL: () => false,
  CENTRE: ({ roomOpen }) => !roomOpen,
  CONTACT_CENTRE_111: () => false,
};

export function listRecipients(of: Registered): ChildHelpRecipient[] {
  return (Object.keys(TOLD_AT_REGISTRATION) as ChildHelpRecipient[]).filter((recipient) =>
    TOLD_AT_REGISTRATION[recipient](of),
  );
}
