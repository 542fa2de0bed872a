import type { components } from "./schema";

/** The shapes the server sends, by the names of docs/reference/http.md. Generated: never written by hand here. */
type Schemas = components["schemas"];

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export type Me = Schemas["MeView"];
export type SecondStepAsked = Schemas["SecondStepView"];
export type Factors = Schemas["FactorsView"];
export type CodesBegun = Schemas["CodesBegunView"];
export type Asked = Schemas["AskedView"];
export type ProofAsked = Schemas["ProofAskedView"];
export type Person = Schemas["PersonView"];
export type PersonPage = Schemas["PersonPage"];
export type PersonChange = Schemas["PersonChangeDraft"];
export type Invitation = Schemas["InvitationView"];
export type InvitationDraft = Schemas["InvitationDraft"];
export type MadeInvitation = Schemas["MadeInvitationView"];
export type PasswordReset = Schemas["ResetView"];
export type Belongings = Schemas["BelongingsView"];
export type Role = Schemas["RoleView"];
export type Permission = Schemas["PermissionView"];
export type ProgramKey = Schemas["KeyView"];
export type KeyDoor = ProgramKey["doors"][number];
export type KeyDraft = Schemas["KeyDraft"];
export type KeyChange = Schemas["KeyChangeDraft"];
export type KeyPage = Schemas["KeyPage"];
export type MadeKey = Schemas["MadeKeyView"];
export type Group = Schemas["GroupView"];
export type Policies = Schemas["PoliciesView"];
export type Device = Schemas["KnownDeviceView"];
export type Registration = Schemas["RegistrationView"];
export type Registered = Schemas["RegisteredView"];
export type InvitationLook = Schemas["InvitationLookView"];
export type SignInProvider = Schemas["SignInProviderView"];
export type SignInSettings = Schemas["SignInSettingsView"];
export type SignInSettingsList = Schemas["SignInSettingsList"];
export type SignInProviderDraft = Schemas["SignInProviderDraft"];
export type SignInProviderChange = Schemas["SignInProviderChange"];
export type SignInFindings = Schemas["FindingList"];
export type LinkedAccounts = Schemas["LinkedAccountList"];
export type Failure = Schemas["FailureView"];

export type Model = Schemas["ModelView"];
export type ModelList = Schemas["ModelPage"];
export type ConnectionProblem = Schemas["ProviderProblemView"];
export type Connection = Schemas["ConnectionView"];
export type ConnectionPage = Schemas["ConnectionPage"];
export type ConnectionKind = Schemas["ConnectionKindView"];
export type ConnectionTest = Schemas["ConnectionTestView"];
export type CatalogueEntry = Schemas["CatalogueEntryView"];
export type Catalogue = Schemas["CataloguePage"];
export type CatalogueVariant = Schemas["VariantView"];
export type Download = Schemas["DownloadView"];
export type HubRepository = Schemas["HubRepositoryView"];
export type LocalModelPage = Schemas["LocalModelPage"];
export type LocalModel = Schemas["LocalModelView"];
export type Quantisation = Schemas["QuantisationView"];
export type ModelFile = Schemas["ModelFileView"];
export type Machine = Schemas["MachineView"];

/** Enough of a model to choose it from a list. */
export type ModelName = Pick<Model, "id" | "name" | "connection_name">;
export type ModelRoute = Schemas["RouteView"];
export type RouteTarget = Schemas["TargetView"];
export type RouteDraft = Schemas["RouteDraft"];
export type RouteChange = Schemas["RouteChange"];
export type Status = Schemas["StatusView"];
export type TargetStatus = Schemas["TargetStatusView"];

export type AuditRecord = Schemas["AuditRecordView"];
export type AuditPage = Schemas["AuditPage"];
export type Verdict = Schemas["VerdictView"];

export type Batch = Schemas["BatchView"];
export type BatchPage = Schemas["BatchPage"];
export type BatchPreview = Schemas["PreviewView"];
export type BatchRow = Schemas["BatchRowView"];
export type BatchRowPage = Schemas["BatchRowPage"];

export type CacheRule = Schemas["CacheRuleView"];
export type Grant = Schemas["GrantView"];
export type GrantDraft = Schemas["GrantDraft"];
export type Look = Schemas["LookView"];
export type LookPage = Schemas["LookPage"];
export type Conversation = Schemas["ConversationView"];
export type Message = Schemas["MessageView"];
/** Where an answer is from that was not asked for: when it was given, and to what. */
export type FromCache = Schemas["FromCacheView"];
export type ParametersDraft = Schemas["ParametersDraft"];
export type ContextGauge = Schemas["GaugeView"];
export type ContextPolicy = Schemas["ContextPolicyView"];
export type ContextSummary = Schemas["SummaryView"];
export type LeftOut = Schemas["LeftOutView"];
export type TurnAccepted = Schemas["TurnBegunView"];

export type UsagePage = Schemas["UsagePage"];
export type UsageSums = Schemas["SumsView"];
export type UsageRow = Schemas["UsageRow"];
export type SpeedPage = Schemas["SpeedPage"];
export type Rating = Schemas["RatingView"];
export type RatingPage = Schemas["RatingPage"];
export type RatingCount = Schemas["RatingCountView"];
export type SessionPage = Schemas["SessionPage"];
export type ConversationUsage = Schemas["ConversationUsageView"];
export type Budget = Schemas["BudgetView"];
export type BudgetPage = Schemas["BudgetPage"];
export type BudgetDraft = Schemas["BudgetDraft"];
export type BudgetChange = Schemas["BudgetChange"];
