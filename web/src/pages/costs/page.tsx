export { NotFound as Page } from "../../app/not-found.tsx";
