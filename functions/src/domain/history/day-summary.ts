export interface DaySummary { day: string }
