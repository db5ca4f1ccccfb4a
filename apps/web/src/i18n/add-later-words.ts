import i18next from 'i18next';
import { laterEn } from './later.en.ts';

// Imported by pages that need them: they are there before one is shown.
i18next.addResourceBundle('en', 'translation', laterEn, true);
