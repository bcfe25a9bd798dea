import { education } from './education.ts';
import type { Valid } from './families.ts';
import { health } from './health.ts';
import { intake } from './intake.ts';
import { interior } from './interior.ts';
import { plans } from './plans.ts';
import { protection } from './protection.ts';
import { response } from './response.ts';
import { shelter } from './shelter.ts';
import { social } from './social.ts';

/** A lawful input of every command. */
export const VALID: Valid = {
  ...intake,
  ...plans,
  ...response,
  ...shelter,
  ...protection,
  ...interior,
  ...health,
  ...education,
  ...social,
};
