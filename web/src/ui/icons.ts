/** What has a name has one icon, the same one wherever it is shown. */
export {
  IconBraces as ParameterStoreIcon,
  IconChartBar as CostIcon,
  IconKey as KeyIcon,
  IconListCheck as TaskIcon,
  IconPlayerPlay as RunIcon,
  IconPlugConnected as CredentialIcon,
  IconRobot as ErrandIcon,
  IconUserCircle as PersonIcon,
} from "@tabler/icons-react";
