/** A crisis centre as social protection tells of it. */
export interface ToldCrisisCentre {
  readonly id: string;
  readonly titleRu: string;
  readonly titleKk: string;
  readonly regionKato: string;
}

/** Its entry in the directory of bodies: region and name, never an address (decision C2); and no state body (decision C5). */
export function toDirectoryEntry({ id, titleRu, titleKk, regionKato }: ToldCrisisCentre) {
  return {
    id,
    kind: 'SOCIAL_PROTECTION',
    titleRu,
    titleKk,
    districtKato: regionKato,
    stateBody: false,
    crisisCentre: true,
  } as const;
}
