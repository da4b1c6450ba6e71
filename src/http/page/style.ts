import { partsStyle } from './style-parts.js';
import { shapeStyle } from './style-shape.js';

/** The whole style of the page. Constant: the content security policy names its hash. */
export const style = shapeStyle + partsStyle;
